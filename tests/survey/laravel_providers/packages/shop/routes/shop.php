<?php

Route::get('shop/{product}', 'ProductController@show');
