<?php

Route::get('one/{id}', 'MoreController@one');
