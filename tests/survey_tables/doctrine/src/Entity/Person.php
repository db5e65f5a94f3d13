<?php

namespace App\Entity;

use App\Repository\PersonRepository;
use Doctrine\Common\Collections\Collection;
use Doctrine\DBAL\Types\Types;
use Doctrine\ORM\Mapping as ORM;

#[ORM\Entity(repositoryClass: PersonRepository::class)]
#[ORM\Table(name: '`person`')]
#[ORM\Index(name: 'by_name', columns: ['last_name', 'firstName'])]
#[ORM\UniqueConstraint(fields: ['email'])]
class Person
{
    use Timestamps;

    public const ROLE = 'user';

    #[ORM\Id]
    #[ORM\GeneratedValue]
    #[ORM\Column]
    private ?int $id = null;

    #[ORM\Column(name: 'firstName', length: 60)]
    private string $firstName;

    #[ORM\Column(type: 'string', length: 80, nullable: true)]
    private ?string $lastName = null;

    #[ORM\Column(length: 180, unique: true)]
    private ?string $email = null;

    #[ORM\Column(type: Types::DATETIME_IMMUTABLE, nullable: true)]
    private ?\DateTimeImmutable $bornAt = null;

    #[ORM\Column(type: Types::DECIMAL, precision: 10, scale: 2, options: ['default' => 0])]
    private string $balance = '1';

    #[ORM\Embedded(class: Address::class)]
    private Address $homeAddress;

    #[ORM\Embedded(columnPrefix: false)]
    private Contact $contact;

    #[ORM\ManyToOne(inversedBy: 'members')]
    #[ORM\JoinColumn(nullable: false, onDelete: 'CASCADE')]
    private Team $mainTeam;

    #[ORM\OneToMany(mappedBy: 'owner', targetEntity: Animal::class)]
    private Collection $pets;

    #[ORM\ManyToMany(targetEntity: Team::class)]
    #[ORM\JoinTable(name: 'person_teams')]
    private Collection $teams;

    #[ORM\ManyToMany(targetEntity: Badge::class)]
    private Collection $badges;

    #[ORM\OneToOne]
    private ?Badge $firstBadge = null;

    private $notMapped;
}
